DROP TABLE delivery_lanes;
DROP TABLE deliveries;
DROP TABLE webhooks;
