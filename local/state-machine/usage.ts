/** What runs of a machine came to, children included, as Step Functions counts it. */
export interface Usage {
  /** UTF-8 bytes of JSON that a state or its task took or returned. */
  readonly largestPayloadBytes: number
  /** Events of the execution that had most. */
  readonly mostHistoryEvents: number
  /** States entered, retries, and the start of each execution. */
  readonly transitions: number
  /** By state: items of the Distributed Map, and bytes of their list. */
  readonly maps: Readonly<Record<string, { readonly children: number; readonly listBytes: number }>>
}

export class UsageCounter implements Usage {
  largestPayloadBytes = 0
  mostHistoryEvents = 0
  transitions = 0
  readonly maps: Record<string, { children: number; listBytes: number }> = {}

  payload(bytes: number) {
    this.largestPayloadBytes = Math.max(this.largestPayloadBytes, bytes)
  }

  execution(historyEvents: number) {
    this.mostHistoryEvents = Math.max(this.mostHistoryEvents, historyEvents)
    this.transitions++
  }

  state() {
    this.transitions++
  }

  map(state: string, children: number, listBytes: number) {
    this.maps[state] = { children, listBytes }
  }
}
