import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { onTestFinished } from 'vitest';

/*
 * The test server answers on a unix socket only. These TCP doors to it, open until the test ends, are what a network
 * adds: each returns `host:port`. `socketDir` is the folder of the server's socket.
 */

/** Passes no more answers on once a statement says "deaf". */
export function startDeafProxy(socketDir: string): Promise<string> {
  return listen((client) => {
    let deaf = false;
    const server = connect(socketDir, client);
    client.on('data', (chunk) => {
      deaf ||= chunk.includes('deaf');
      server.write(chunk);
    });
    server.on('data', (chunk) => deaf || client.write(chunk));
  });
}

/** Speaks TLS, with a certificate of nobody (`sslmode=require` does not look at it). */
export function startTlsProxy(socketDir: string): Promise<string> {
  const identity = selfSigned();
  return listen((client) => {
    client.once('data', () => {
      client.write('S'); // to the SSLRequest
      const secure = new tls.TLSSocket(client, { isServer: true, ...identity });
      const server = connect(socketDir, secure);
      secure.pipe(server).pipe(secure);
    });
  });
}

async function listen(onClient: (client: net.Socket) => void): Promise<string> {
  const proxy = net.createServer(onClient).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const { address, port } = proxy.address() as net.AddressInfo;
  return `${address}:${port}`;
}

/** The server behind the door; when one side goes, so does the other. */
function connect(socketDir: string, client: net.Socket): net.Socket {
  const server = net.connect(`${socketDir}/.s.PGSQL.5432`);
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => {}).on('close', () => other.destroy());
  }
  return server;
}

/** A minimal X.509 certificate in DER (RFC 5280), which node:crypto cannot make. */
function selfSigned(): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [sequence, integer, bits, time] = [0x30, 0x02, 0x03, 0x17];
  const ecdsaWithSha256 = der(sequence, Buffer.from('06082a8648ce3d040302', 'hex'));
  const validity = der(sequence, ...['200101000000Z', '490101000000Z'].map((at) => der(time, Buffer.from(at))));
  const name = der(sequence);
  const content = der(
    sequence,
    der(integer, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(bits, Buffer.from([0]), sign('sha256', content, privateKey));
  const certificate = der(sequence, content, ecdsaWithSha256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`,
  };
}

/** A value in DER: its tag, its length (up to 64 KB), its parts. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}
