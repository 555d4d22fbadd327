import { generate } from 'selfsigned';

/** A server's certificate and what is needed to check it, PEM. */
export interface Certificates {
  /** Of the authority that signed it: what learners and workers trust. */
  readonly authority: string;
  readonly certificate: string;
  /** The server's secret. */
  readonly key: string;
}

const years = 10;
const elliptic = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;

/**
 * A certificate for a server of these names, the first of which is its subject, valid for ten years, by an authority that signs no other: its key is let go.
 *
 * @see RFC 5280, sections 4.2.1.3, 4.2.1.6, 4.2.1.9 and 4.2.1.12
 */
export async function certificatesFor(hosts: readonly string[], now: Date): Promise<Certificates> {
  // Clocks of machines differ.
  const notBeforeDate = new Date(now);
  notBeforeDate.setUTCDate(now.getUTCDate() - 1);
  const notAfterDate = new Date(now);
  notAfterDate.setUTCFullYear(now.getUTCFullYear() + years);
  const common = { ...elliptic, notBeforeDate, notAfterDate };
  const authority = await generate([{ name: 'commonName', value: `authority of ${hosts[0]}` }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: hosts[0] }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}
