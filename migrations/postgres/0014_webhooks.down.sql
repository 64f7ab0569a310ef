DROP TABLE delivery_lanes;
DROP TABLE deliveries;
DROP TABLE webhook_places;
DROP TABLE webhooks;
