DROP TABLE event_eras;
DROP TABLE events;
