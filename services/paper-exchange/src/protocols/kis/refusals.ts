import { Refusal } from '../../matching/refusal.ts';

/** As published or as clients have met them; what a text says decides where a code says several things. */
export const refusals = {
  badAppKey: () => new Refusal('EGW00103', '유효하지 않은 AppKey입니다.', 403),
  badAppSecret: () => new Refusal('EGW00105', '유효하지 않은 AppSecret입니다.', 403),
  badToken: () => new Refusal('EGW00121', '유효하지 않은 token 입니다.', 500),
  expiredToken: () => new Refusal('EGW00123', '기간이 만료된 token 입니다.', 200),
  tokenTooSoon: () => new Refusal('EGW00133', '접근토큰 발급 잠시 후 다시 시도하세요(1분당 1회)', 403),
  tooManyRequests: (status: number) => new Refusal('EGW00201', '초당 거래건수를 초과하였습니다.', status),
  wrongDomain: () => new Refusal('EGW02004', '실전/모의투자 도메인과 AppKey가 일치하지 않습니다.', 403),
  badAccount: () => new Refusal('OPSQ2000', 'ERROR : INPUT INVALID_CHECK_ACNO', 200),
  noService: () => new Refusal('OPSQ0002', '없는 서비스 코드 입니다', 200),
  closed: () => new Refusal('APBK0919', '장운영시간이 아닙니다.(주문불가)', 200),
  noStock: () => new Refusal('APBK0656', '해당종목정보가 없습니다.', 200),
  notTradable: () => new Refusal('40070000', '매매불가 종목입니다.', 200),
  badQuantity: () => new Refusal('APBK0506', '주문수량을 확인하세요.', 200),
  offTick: () => new Refusal('APBK0506', '호가단위 오류입니다.', 200),
  beyondDayLimits: () => new Refusal('APBK0507', '상하한가를 벗어난 주문입니다.', 200),
  cash: () => new Refusal('APBK0919', '주문가능금액을 초과 했습니다', 200),
  nothingToSell: () => new Refusal('40240000', '모의투자 잔고내역이 없습니다.', 200),
  nothingToCancel: () => new Refusal('40330000', '정정/취소할 수량이 없습니다.', 200),
  noOriginal: () => new Refusal('APBK0344', '원주문정보가 존재하지 않습니다.', 200),
  failed: () => new Refusal('EGW00202', 'GW라우팅 중 오류가 발생했습니다.', 500),
};
