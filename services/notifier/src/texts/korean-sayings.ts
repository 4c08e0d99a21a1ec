import type { Sayings } from '@sluice/contracts';

/** What producers say of what happened, in Korean; the English is beside the facts, in the contracts. */
export const koreanSayings: Sayings = {
  backlog: ({ pairs, lookUps, seconds }) =>
    `처리 대기 ${pairs}개 페어, 조회 대기 ${lookUps}건. 가장 오래된 것은 ${seconds}초째 대기 중`,
  memory: ({ process, percent }) => `${process}: 메모리 한도의 ${percent}% 사용 중`,
  over: ({ subject }) => `${subject}: 해소됨`,
  no_outcome: ({ state, minutes }) =>
    `${minutes}분째 결과를 알 수 없음 (${state}): 거래소가 결과를 알려 주지 않았으며 계속 조회합니다`,
  asked_before: ({ order, hours }) =>
    `${hours}시간째 확인 대기 중: sluice settle ${order} 명령으로 결과를 알려 주세요. 그때까지 자리를 차지합니다`,
  holidays_end: ({ exchange, until }) => `${exchange} 휴장일은 ${until}까지만 등록됨: 이후 휴장일을 closed_days에 추가`,
  rate_closed: ({ scope, banned, until, answer }, time) =>
    `${banned ? '거래소가 접근을 차단함' : '거래소 요청 한도를 초과함'} (${scope}): ${time(until)}까지 보내지 않습니다. 거래소 응답: ${answer}`,
  unknown_order: ({ clientOrderId, symbol }) =>
    `${symbol} 주문 ${clientOrderId}: 이 시스템의 접두사로 거래소에 있으나 기록에 살아 있는 주문이 아님`,
  position_differs: ({ exchange, ours, quantity }) =>
    `거래소 보유 ${exchange}, 전략 체결 합계 ${ours}. 차이 ${quantity}은(는) 어느 전략의 것도 아니며 그대로 둡니다`,
  position_agrees: ({ exchange }) => `거래소와 전략의 포지션이 다시 일치함: ${exchange}`,
  stop_waits: ({ type, side, quantity, stopPrice, why }) =>
    `${type} ${sides[side] ?? side} ${quantity}, 발동가 ${stopPrice}: 거래소 밖에서 대기 (${whyStopWaits[why]})`,
  market_too_old: ({ seconds }) => `MARKET 주문이 웹훅 수신 후 ${seconds}초 안에 전송되지 못함`,
  plan_failed: ({ reason }) => `대기열 처리 실패: ${reason}`,
};

const sides: Record<string, string> = { buy: '매수', sell: '매도' };

const whyStopWaits = {
  slot: '빈 자리를 기다림',
  cancel_only: '현재 취소만 가능한 시장',
  closed: '현재 닫힌 시장',
  session: '개장까지 대기',
};
