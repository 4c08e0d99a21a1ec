import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

export type StartedLoki = { url: string; origin: string; stop(): Promise<void> };

const IMAGE = process.env.SLUICE_LOKI_IMAGE || 'grafana/loki:3.7.6';
const configuration = new URL('../../otel/loki/loki.yaml', import.meta.url);

/**
 * A real Loki with the production configuration: the one of LOKI_URL, else a container where one really starts, else
 * null. SLUICE_BACKING=embedded asks for none, SLUICE_BACKING=testcontainers for nothing but a container.
 */
export async function startLoki(): Promise<StartedLoki | null> {
  const given = process.env.LOKI_URL;
  if (given) return { url: given.replace(/\/+$/, ''), origin: 'LOKI_URL', stop: async () => {} };
  const asked = process.env.SLUICE_BACKING || 'any';
  if (asked === 'embedded') return null;
  if (process.env.DOCKER_HOST === undefined && !existsSync('/var/run/docker.sock') && asked === 'any') return null;
  try {
    const { GenericContainer, Wait } = await import('testcontainers');
    const container = await new GenericContainer(IMAGE)
      .withCopyContentToContainer([{ content: await readFile(configuration, 'utf8'), target: '/etc/loki/loki.yaml' }])
      .withCommand(['-config.file=/etc/loki/loki.yaml', '-config.expand-env=true'])
      .withExposedPorts(3100)
      .withWaitStrategy(Wait.forHttp('/ready', 3100))
      .start();
    return {
      url: `http://${container.getHost()}:${container.getMappedPort(3100)}`,
      origin: `a container of ${IMAGE}`,
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    if (asked === 'testcontainers') throw error;
    console.log(`no Loki could be started (${error instanceof Error ? error.message : error})`);
    return null;
  }
}
