import { runService } from '@sluice/service-runtime';
import { readGatewayEnv } from './env.ts';
import { serviceName, startGateway } from './start-gateway.ts';

await runService({
  name: serviceName,
  async start({ log, replica, onStop }) {
    const port = await startGateway(readGatewayEnv(), { replica, onStop });
    log.info('alerts are taken at port %d', port);
  },
});
