import type { Refusal } from '../../matching/refusal.ts';
import type { Answer } from '../../serving/answer.ts';

const JSON_TYPE = 'application/json;charset=UTF-8';

export const json = (status: number, body: object, headers: Record<string, string>): Answer => ({
  kind: 'answer',
  status,
  body: JSON.stringify(body),
  headers: { ...headers, 'content-type': JSON_TYPE },
});

export const refusal = (refused: Pick<Refusal, 'status' | 'code' | 'msg'>, headers: Record<string, string>): Answer =>
  json(refused.status, { code: refused.code, msg: refused.msg }, headers);
