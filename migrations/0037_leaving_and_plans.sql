-- A letter to whoever has asked to be deleted, and a plan that changed as the payment service said.
alter table letters drop constraint letters_kind_check;
alter table letters add constraint letters_kind_check check (kind in ('verify', 'reset', 'known', 'new-device',
  'needs-password', 'payment-failed', 'leaving', 'weekly', 'alarm', 'test'));

alter table activities drop constraint activities_done_by_check;
alter table activities add constraint activities_done_by_check
  check (done_by in ('owner', 'program', 'administrator', 'console', 'payments', 'stranger'));
