package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// healthTime bounds one look at the process.
const healthTime = 4 * time.Second

type healthcheck struct {
	URL        string `placeholder:"URL" help:"What to ask. Default: /readyz of this machine on WORKER_PORT, else on PORT."`
	Port       string `hidden:"" env:"PORT" default:"3000"`
	WorkerPort string `hidden:"" env:"WORKER_PORT"`
}

// Run succeeds if the URL answers 200: the health check of an image that has no shell and no curl.
func (c *healthcheck) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	if c.WorkerPort != "" {
		c.Port = c.WorkerPort
	}
	if c.URL == "" {
		c.URL = "http://127.0.0.1:" + c.Port + "/readyz" // a bare image does not know the name localhost
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL, http.NoBody)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // nothing of it is read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", c.URL, res.Status)
	}
	return nil
}
