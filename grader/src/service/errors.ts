/** The request cannot be granted as it stands; the message says what and how. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}
