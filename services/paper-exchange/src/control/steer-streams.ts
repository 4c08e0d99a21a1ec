import type { z } from 'zod';
import type { Account } from '../matching/venue.ts';
import type { PaperExchange } from '../serving/paper-exchange.ts';
import type { StreamFault, StreamTarget } from '../serving/stream-faults.ts';
import type { OpenStream } from '../serving/venue-streams.ts';
import type { streamsBody } from './schemas.ts';
import { accountsFor } from './steer.ts';

const connectionsOf = (exchange: PaperExchange, target: StreamTarget, accounts: Account[]): OpenStream[] => {
  const { streams } = exchange;
  if (target.of === 'market') return streams.marketConnections();
  if (target.account === undefined) return streams.userConnections();
  return accounts.flatMap((account) => streams.userConnections(account));
};

/** Does something to streams at once, or lays a fault over the events to come. */
export function steerStreams(exchange: PaperExchange, body: z.output<typeof streamsBody>): object | string {
  const accounts = accountsFor(exchange, body.account);
  if (accounts.length === 0) return `No account ${body.account}.`;
  if (body.of === 'market' && body.account !== undefined) return 'Market streams belong to no account; leave it out.';
  const unknown = body.events?.find((name) => !exchange.streams.eventNames.includes(name));
  if (unknown !== undefined) return `No event ${unknown}; there are ${exchange.streams.eventNames.join(', ')}.`;
  const account = body.account === undefined ? undefined : accounts[0]?.name;
  const target: StreamTarget = body.of === 'market' ? { of: 'market' } : { of: 'user', account };
  const now = exchange.now();
  const lay = (fault: Pick<StreamFault, 'do' | 'left' | 'until' | 'ms'>): object =>
    faultView(exchange.streams.faults.add({ target, events: body.events, ...fault }));
  const forTime = (ms: number) => ({ left: Number.POSITIVE_INFINITY, until: now + ms, ms: 0 });

  switch (body.do) {
    case 'cut': {
      if (body.ms !== undefined) lay({ do: 'refuse', ...forTime(body.ms) });
      const cut = connectionsOf(exchange, target, accounts);
      for (const connection of cut) connection.cut();
      return { cut: cut.length };
    }
    case 'freeze': {
      if (body.ms === undefined) return 'freeze needs ms.';
      const frozen = connectionsOf(exchange, target, accounts);
      for (const connection of frozen) connection.frozenUntil = now + body.ms;
      return { frozen: frozen.length };
    }
    case 'expire': {
      if (body.of === 'market') return 'Only user data streams have listen keys.';
      return { expired: accounts.filter((one) => exchange.streams.expire(one)).map((one) => one.name) };
    }
    case 'refuse':
    case 'silence':
      if (body.ms === undefined) return `${body.do} needs ms.`;
      return lay({ do: body.do, ...forTime(body.ms) });
    case 'delay':
      if (body.ms === undefined) return 'delay needs ms.';
      return lay({ do: 'delay', left: body.times, until: Number.POSITIVE_INFINITY, ms: body.ms });
    case 'drop':
    case 'duplicate':
      return lay({ do: body.do, left: body.times, until: Number.POSITIVE_INFINITY, ms: body.ms ?? 0 });
    case 'reorder':
      if (body.times < 2 || body.times === Number.POSITIVE_INFINITY) return 'reorder needs times, 2 or more.';
      return lay({ do: 'reorder', left: body.times, until: Number.POSITIVE_INFINITY, ms: 0 });
  }
}

/** JSON has no infinity. */
const faultView = (fault: StreamFault): object => ({
  ...fault,
  left: Number.isFinite(fault.left) ? fault.left : 'always',
  until: Number.isFinite(fault.until) ? fault.until : null,
});

/** Who is connected, which keys are valid, and which faults are in force. */
export const streamsView = (exchange: PaperExchange): object => ({
  ...exchange.streams.view(),
  faults: exchange.streams.faults.list().map(faultView),
});
