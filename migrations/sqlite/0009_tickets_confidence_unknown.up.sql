-- A verdict whose confidence nobody knows is stored with the figure 0 and this mark, so that a program that does not know the mark
-- reads a figure that it takes, and an unsure one.
ALTER TABLE tickets ADD COLUMN confidence_unknown INTEGER NOT NULL DEFAULT 0;
