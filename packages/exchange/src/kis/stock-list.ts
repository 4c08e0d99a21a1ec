import { inflateRawSync } from 'node:zlib';

/** One line of a list of stocks, as far as orders need it. */
export type ListedStock = {
  code: string;
  kind: 'stock' | 'fund';
  /** Trading is halted, or the stock is in its last days before it is taken off the board. */
  halted: boolean;
  /** Won; what a day's limits are reckoned from. Null where the line has none. */
  basePrice: string | null;
};

/** The lists by board, and how long the fixed part at the end of their lines is. */
export const stockLists = [
  { path: '/common/master/kospi_code.mst.zip', tail: 227, board: 'kospi' },
  { path: '/common/master/kosdaq_code.mst.zip', tail: 221, board: 'kosdaq' },
] as const;
export type StockList = (typeof stockLists)[number];

/** Where the fields stand in the fixed part: position and length. */
const fields = {
  kospi: { group: [0, 2], basePrice: [41, 9], halted: [60, 1], lastDays: [61, 1] },
  kosdaq: { group: [0, 2], basePrice: [36, 9], halted: [55, 1], lastDays: [56, 1] },
} as const;

/** Groups that are traded like stocks: shares, depositary receipts, trusts, foreign shares, infrastructure and ship funds. */
const stockGroups = ['ST', 'DR', 'RT', 'FS', 'IF', 'MF', 'SC', 'BC'];
const fundGroups = ['EF', 'EN'];

/** Reads a list. Its names are in an encoding of their own and are not needed: all else is ASCII, so bytes are characters. */
export function readStockList(zip: Buffer, list: StockList): ListedStock[] {
  const at = fields[list.board];
  return unzipOnlyFile(zip)
    .toString('latin1')
    .split('\n')
    .flatMap((line) => {
      const text = line.replace(/\r$/, '');
      const code = text.slice(0, 9).trim();
      const tail = text.slice(-list.tail);
      if (text.length <= list.tail || !/^[0-9A-Z]{6,7}$/.test(code)) return [];
      const field = ([from, length]: readonly [number, number]) => tail.slice(from, from + length).trim();
      const group = field(at.group);
      const kind = fundGroups.includes(group) ? 'fund' : stockGroups.includes(group) ? 'stock' : undefined;
      if (kind === undefined) return [];
      const base = field(at.basePrice);
      const basePrice = /^\d+$/.test(base) && Number(base) > 0 ? String(Number(base)) : null;
      const halted = field(at.halted) === 'Y' || field(at.lastDays) === 'Y';
      return [{ code, kind, halted, basePrice }];
    });
}

const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DEFLATED = 8;

/**
 * The one file in a zip archive. The directory at its end has the sizes; the header before the data may leave them out.
 * Throws where it is no such archive.
 */
function unzipOnlyFile(zip: Buffer): Buffer {
  const entry = zip.lastIndexOf(Buffer.from('504b0102', 'hex'));
  if (entry < 0 || zip.readUInt32LE(entry) !== DIRECTORY_ENTRY) throw new Error('the list of stocks is no zip archive');
  const method = zip.readUInt16LE(entry + 10);
  const compressed = zip.readUInt32LE(entry + 20);
  const header = zip.readUInt32LE(entry + 42);
  if (zip.readUInt32LE(header) !== LOCAL_HEADER) throw new Error('the list of stocks is a damaged zip archive');
  const begin = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const data = zip.subarray(begin, begin + compressed);
  return method === DEFLATED ? inflateRawSync(data) : data;
}
