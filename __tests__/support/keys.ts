/** Credentials as clients of the SDK take them, of those in variables such as `AWS_ACCESS_KEY_ID`. */
export function keysOf(variables: Readonly<Record<string, string>>) {
  return {
    accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '',
    secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? '',
    sessionToken: variables['AWS_SESSION_TOKEN'] ?? '',
  };
}
