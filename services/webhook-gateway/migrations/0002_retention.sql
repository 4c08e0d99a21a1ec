-- Found oldest first. A tree instead of the block ranges before: once old rows are deleted, new ones take their place on
-- the page, and a range of blocks says nothing any more.
drop index gateway.receipt_age;
create index receipt_age on gateway.receipt (received_at, id) where duplicate_of is null;
-- An alert and its resends go together; without it each deletion would look through the whole table for resends.
create index receipt_duplicates on gateway.receipt (duplicate_of) where duplicate_of is not null;
drop index gateway.dead_letter_age;
