/** A request the venue declines: its own code and text, and the HTTP status it travels with. */
export class Refusal {
  readonly code: number | string;
  readonly msg: string;
  readonly status: number;

  constructor(code: number | string, msg: string, status = 400) {
    this.code = code;
    this.msg = msg;
    this.status = status;
  }
}
