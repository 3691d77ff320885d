import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '../hostile-authorization-server/index.ts'
import { findProgram, freePort, type Program, startProgram } from '../programs.ts'

/** How a proxy forwards to an API. */
export interface Forwarding {
  /** The URL of the API. */
  readonly to: string
  /** What the proxy sets besides the certificate. */
  readonly headers?: Readonly<Record<string, string>>
  /** nginx: the variable with the certificate. */
  readonly variable?: string
}

/** A proxy that terminates TLS. */
export interface RunningProxy {
  /** Its URLs, one for each of the APIs. */
  readonly urls: readonly string[]
  readonly cert: string
  readonly stop: () => Promise<void>
}

/** The files of a proxy, and how it is started. */
interface Configuration {
  readonly file: string
  readonly text: (folder: string, ports: readonly number[], list: readonly Forwarding[]) => string
  readonly args: (folder: string) => readonly string[]
}

const hostOf = (url: string): string => new URL(url).host

const CONFIGURATIONS: Readonly<Record<'nginx' | 'haproxy', Configuration>> = {
  nginx: {
    file: 'nginx.conf',
    args: (folder) => ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'],
    text: (folder, ports, list) => `
daemon off; pid nginx.pid; error_log stderr warn; worker_processes 1; user root;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  ssl_certificate identity.pem; ssl_certificate_key identity.pem;
  ssl_verify_client optional_no_ca; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tls:1m;
${list
  .map(
    ({ to, headers = {}, variable = '$ssl_client_escaped_cert' }, index) => `
  server {
    listen 127.0.0.1:${ports[index]} ssl http2;
    location / {
      proxy_set_header X-Client-Cert ${variable};
      ${Object.entries(headers)
        .map(([name, value]) => `proxy_set_header ${name} ${value};`)
        .join(' ')}
      proxy_pass http://${hostOf(to)};
    }
  }`,
  )
  .join('')}
}`,
  },
  haproxy: {
    file: 'haproxy.cfg',
    args: (folder) => ['-f', join(folder, 'haproxy.cfg')],
    text: (folder, ports, list) => `
defaults
  mode http
  timeout connect 5s
  timeout client 10s
  timeout server 10s
${list
  .map(
    ({ to, headers = {} }, index) => `
listen api${index}
  bind 127.0.0.1:${ports[index]} ssl crt ${folder}/identity.pem alpn h2,http/1.1 verify optional ca-file ${folder}/identity.pem ca-ignore-err all crt-ignore-err all
  http-request del-header Client-Cert
  http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }
${Object.entries(headers)
  .map(([name, value]) => `  http-request set-header ${name} ${value}\n`)
  .join('')}  server api ${hostOf(to)}
`,
  )
  .join('')}`,
  },
}

/** Starts a proxy in front of APIs. */
export async function startProxy(
  name: 'nginx' | 'haproxy',
  list: readonly Forwarding[],
): Promise<RunningProxy> {
  const program = findProgram(name)
  if (program === undefined) throw new Error(`${name} is not installed`)
  const { file, text, args } = CONFIGURATIONS[name]
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  const { cert, key } = selfSignedCertificate()
  const ports: number[] = []
  for (const _each of list) ports.push(await freePort())
  await writeFile(join(folder, 'identity.pem'), cert + key)
  await writeFile(join(folder, file), text(folder, ports, list))
  let running: Program
  try {
    running = await startProgram(program, args(folder), ports)
  } catch (error) {
    await rm(folder, { recursive: true })
    throw error
  }
  return {
    urls: ports.map((port) => `https://127.0.0.1:${port}`),
    cert,
    stop: async () => {
      await running.stop()
      await rm(folder, { recursive: true })
    },
  }
}
