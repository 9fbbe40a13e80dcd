// Chat and mail gateways turn the `#` of a shared link into `%23`: put it back.
const at = location.pathname.lastIndexOf("%23");
if (at >= 0) location.replace(`${location.pathname.slice(0, at)}#${location.pathname.slice(at + 3)}`);
