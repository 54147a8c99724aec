// A service of Node's http server: node peer.js <folder of files>
const http = require('http');
const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const crypto = require('crypto');

const files = process.argv[2];
let connections = 0;

function file(request, response) {
  let stat;
  const name = path.join(files, path.basename(request.url));
  try {
    stat = fs.statSync(name);
  } catch (none) {
    response.writeHead(404).end('nothing here');
    return;
  }
  const etag = `"${stat.size}"`;
  const headers = { ETag: etag, 'Last-Modified': stat.mtime.toUTCString(), 'Accept-Ranges': 'bytes' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const asked = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range || '');
  const from = asked ? Number(asked[1]) : 0;
  const to = asked ? Number(asked[2]) : stat.size - 1;
  headers['Content-Length'] = to - from + 1;
  if (asked) {
    headers['Content-Range'] = `bytes ${from}-${to}/${stat.size}`;
  }
  response.writeHead(asked ? 206 : 200, headers);
  if (request.method === 'HEAD') {
    response.end();
  } else {
    fs.createReadStream(name, { start: from, end: to }).pipe(response);
  }
}

function up(request, response) {
  const hash = crypto.createHash('sha1');
  let length = 0;
  request.on('data', (part) => {
    hash.update(part);
    length += part.length;
  });
  request.on('end', () => response.end(`${length} ${hash.digest('hex')}`));
}

const server = http.createServer((request, response) => {
  switch (request.url) {
    case '/connection':
      response.end(String(request.socket.number));
      break;
    case '/close': // chunked, and closed
      response.setHeader('Connection', 'close');
      response.write('clo');
      response.end('sed');
      break;
    case '/gzip.txt':
      response.setHeader('Content-Encoding', 'gzip');
      response.end(zlib.gzipSync(fs.readFileSync(path.join(files, 'gzip.txt'))));
      break;
    case '/up':
      up(request, response);
      break;
    default:
      file(request, response);
  }
});
server.keepAliveTimeout = 100;
server.on('connection', (socket) => {
  socket.number = connections++;
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
// It ends with whoever started it.
process.stdin.resume();
process.stdin.on('end', () => process.exit());
