import { crc32, deflateRawSync } from 'node:zlib';
import { type Board, type Stock, stocks } from './stocks.ts';

/** Length of the fixed part at the end of a line, and where in it the base price and the halt stand. */
const layouts = {
  kospi: { tail: 227, basePrice: 41, halted: 60 },
  kosdaq: { tail: 221, basePrice: 36, halted: 55 },
} as const;

/** The list of a board as KIS offers it for download: a zip with one file of fixed-width lines. */
export function zippedList(board: Board, isHalted: (code: string) => boolean): Uint8Array<ArrayBuffer> {
  const lines = stocks.filter((stock) => stock.board === board).map((stock) => line(stock, isHalted(stock.code)));
  return new Uint8Array(zipOf(`${board}_code.mst`, Buffer.from(`${lines.join('\n')}\n`, 'latin1')));
}

function line(stock: Stock, halted: boolean): string {
  const { tail, basePrice, halted: haltedAt } = layouts[stock.board];
  const head = `${stock.code.padEnd(9)}${`KR7${stock.code}003`.padEnd(12)}${stock.name.padEnd(40)}`;
  const fixed = Array.from({ length: tail }, () => ' ');
  const put = (at: number, text: string) => fixed.splice(at, text.length, ...text);
  put(0, stock.group);
  put(basePrice, stock.base.padStart(9, '0'));
  put(basePrice + 9, '00001');
  put(haltedAt, halted ? 'Y' : 'N');
  put(haltedAt + 1, 'N');
  return head + fixed.join('');
}

/** A zip archive of one deflated file: header, data, directory, end. */
function zipOf(name: string, content: Buffer): Buffer {
  const data = deflateRawSync(content);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(8, 4);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(data.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), data]);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02\x14\x00', 'latin1'),
    shared,
    // Comment, disk, attributes and offset: all zero.
    Buffer.alloc(14),
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, entry, end]);
}
