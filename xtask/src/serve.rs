//! `cargo xtask serve`: the built folder on a local address.

use crate::build;
use crate::site::DIST;
use anyhow::{Context, Result};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};

pub const DEFAULT_PORT: u16 = 8024;

/// Builds, then serves until stopped.
pub fn serve(port: u16) -> Result<()> {
    build::build()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("port {port} is taken; try `cargo xtask serve --port 0`"))?;
    println!("\nFluentd Playground: http://{}/   (Ctrl-C stops)", listener.local_addr()?);
    std::io::stdout().flush()?;
    answer_all(&listener, Path::new(DIST))
}

/// Serves the built folder on a free port until this process ends.
pub fn in_background() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || answer_all(&listener, Path::new(DIST)));
    Ok(address)
}

/// Answers each connection on a thread of its own.
fn answer_all(listener: &TcpListener, root: &Path) -> Result<()> {
    for stream in listener.incoming() {
        let (stream, root) = (stream?, root.to_path_buf());
        std::thread::spawn(move || {
            // A browser that hangs up early is no news.
            let _ = answer(stream, &root);
        });
    }
    Ok(())
}

fn answer(stream: TcpStream, root: &Path) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    // One request a connection, its head at most 64 KiB.
    reader.by_ref().take(65_536).read_line(&mut line)?;
    let mut header = String::new();
    while reader.by_ref().take(65_536).read_line(&mut header)? > 2 {
        header.clear();
    }
    let (mut method_and_path, mut stream) = (line.split(' '), stream);
    let method = method_and_path.next().unwrap_or_default();
    let file = file_of(root, method_and_path.next().unwrap_or("/"));
    let (status, kind, body) = match file.as_ref().map(std::fs::read) {
        Some(Ok(body)) => ("200 OK", mime(file.as_deref()), body),
        _ => ("404 Not Found", "text/html; charset=utf-8", missing(root)),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(stream.flush()?)
}

/// The page under every other name, as GitHub Pages sends it.
fn missing(root: &Path) -> Vec<u8> {
    std::fs::read(root.join("404.html")).unwrap_or_else(|_| b"not found\n".to_vec())
}

/// The file a request names, or `None` where it would leave the folder.
fn file_of(root: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    if path.split(['/', '\\']).any(|part| part == ".." || part.contains(':')) {
        return None;
    }
    let file = root.join(path);
    Some(if file.is_dir() { file.join("index.html") } else { file })
}

fn mime(file: Option<&Path>) -> &'static str {
    match file.and_then(Path::extension).and_then(std::ffi::OsStr::to_str) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{file_of, mime};
    use std::path::Path;

    #[test]
    fn no_request_leaves_the_folder() {
        let root = Path::new("dist");
        for target in ["/../Cargo.toml", "/a/../../b", "/..\\b", "/C:/b"] {
            assert_eq!(file_of(root, target), None, "{target}");
        }
        assert_eq!(file_of(root, "/a.js?v=1#x"), Some(root.join("a.js")));
        assert_eq!(file_of(root, "//etc/passwd"), Some(root.join("etc/passwd")));
    }

    #[test]
    fn wasm_and_modules_have_the_types_that_browsers_ask_for() {
        assert_eq!(mime(Some(Path::new("a.wasm"))), "application/wasm");
        assert_eq!(mime(Some(Path::new("a.js"))), "text/javascript; charset=utf-8");
    }
}
