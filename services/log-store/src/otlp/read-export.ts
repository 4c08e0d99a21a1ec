import { gunzipSync } from 'node:zlib';
import type { StoredRecord } from '../store/log-store.ts';
import { readJsonExport } from './json-export.ts';
import { readProtobufExport } from './protobuf-export.ts';
import { toRecords } from './to-records.ts';

/** A request that is no OTLP export; the message says why. */
export class ExportError extends Error {
  override readonly name = 'ExportError';
}

/** More than any batch, and little enough that a compressed nothing does not fill the memory. */
const largestBody = 32 * 1024 * 1024;

/** The log records of an OTLP/HTTP export request. Throws ExportError when it cannot be read. */
export function readExport(body: Buffer, contentType: string, contentEncoding: string): StoredRecord[] {
  const read = readerFor(contentType);
  try {
    return toRecords(read(unpack(body, contentEncoding)));
  } catch (error) {
    if (error instanceof ExportError) throw error;
    throw new ExportError(`the export request cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function readerFor(contentType: string) {
  if (/^application\/json\b/.test(contentType)) return (body: Buffer) => readJsonExport(body.toString('utf8'));
  if (/^application\/x-protobuf\b/.test(contentType)) return readProtobufExport;
  throw new ExportError(
    `content type: "${contentType}" is not supported, but application/json and application/x-protobuf`,
  );
}

function unpack(body: Buffer, encoding: string): Buffer {
  if (encoding === 'gzip') return gunzipSync(body, { maxOutputLength: largestBody });
  if (encoding === '' || encoding === 'identity') return body;
  throw new ExportError(`content encoding "${encoding}" is not supported, but gzip`);
}
