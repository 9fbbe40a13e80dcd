//! The pattern as a tree: every node has its bytes in the pattern, the options in force, its group.
