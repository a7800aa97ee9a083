/** The officials' chat: DingTalk, or 浙政钉 where the county uses it. Which one is configuration. All throw GatewayError. */
export interface WorkChatClient {
  readonly kind: 'dingtalk' | 'zwdd';
  /** Exchanges the code that the chat app gave (single use, 5 min). */
  identify(code: string): Promise<WorkChatUser>;
  /** Hands a message over. Returns the number to ask `messageResult` about; null where acceptance is all there is. */
  sendMessage(message: WorkMessage): Promise<string | null>;
  /** What became of a message that was accepted; the platform tells it for about a day. */
  messageResult(taskId: string, subject: string): Promise<MessageResult>;
  /** Absent where the platform offers no todos to apps. */
  readonly todos?: WorkTodos;
}

export interface WorkChatUser {
  /** userid (DingTalk) or accountId (浙政钉). */
  subject: string;
  unionId?: string;
  name: string;
  /** Absent where the platform does not tell it. */
  mobile?: string;
}

export interface WorkMessage {
  subject: string;
  /** Names the message: a platform that knows such names takes it once. */
  key: string;
  title: string;
  /** Cut where the platform's limit asks for it. */
  body: string;
  /** Last line, always whole: what makes the text different from all others. */
  stamp: string;
  /** Page of the phone app that it opens, without a leading slash. */
  page: string;
}

export type MessageResult =
  | { state: 'unknown' }
  | { state: 'delivered' }
  /** Taken, and dropped without a word to the receiver. */
  | { state: 'dropped'; code: number }
  /** No such user, or one who may not get messages of this app. */
  | { state: 'unreachable' };

export interface WorkTodos {
  /** Makes the todo; one that is there already under its source is found again. Returns the platform's id. */
  create(todo: WorkTodo): Promise<string>;
  /** Makes an existing one say this, open again if it was done. */
  update(taskId: string, todo: WorkTodo): Promise<void>;
  finish(taskId: string, ownerUnionId: string): Promise<void>;
}

export interface WorkTodo {
  /** Ours; the platform keeps one todo for each. */
  source: string;
  /** In whose name. */
  ownerUnionId: string;
  executorUnionIds: readonly string[];
  subject: string;
  description: string;
  dueAt: Date;
  page: string;
  /** Shown first, and told at once. */
  urgent: boolean;
}
