/** A letter as it leaves the house. */
export interface Outgoing {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** without its angle brackets; the same however often the letter is sent: whoever gets it twice can tell */
  messageId: string;
  date: Date;
  headers: Readonly<Record<string, string>>;
}

/**
 * accepted: the server has it · refused: it will not take this letter, ever · later: not this one now ·
 * away: nothing can be sent now. `says`: a sentence for the administrator, without secrets.
 */
export interface Delivery {
  kind: 'accepted' | 'refused' | 'later' | 'away';
  says: string;
}

/** Who carries letters. */
export interface Postman {
  /** Never throws. */
  send: (letter: Outgoing) => Promise<Delivery>;
  /** Gives up what is under way. */
  close: () => void;
}
