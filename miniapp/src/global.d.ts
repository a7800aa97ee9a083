/** Where the bff answers, without a trailing slash; put in at build time. */
declare const API_ORIGIN: string;
/** DingTalk's organisation; '' where the app takes the one it was opened in. */
declare const CORP_ID: string;

declare module '*.css';
