/**
 * Statements of docs/permissions.md, as `POLICY/SID`, that no question of a whole run of the cases depends on, each with
 * the reason why it stays.
 */
export const unaskedStatements: Readonly<Record<string, string>> = {
  'deploy-policy/EcsService':
    'template-policy/EcsService, which every deploying role has too, allows the same; a role of deploy alone needs it',
  'instances-policy/SsmParameter':
    'only where ECSAMI is resolve:ssm:…; the emulator makes instances of an AMI id',
};
