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
	URL string `default:"http://localhost:3000/readyz" help:"What to ask. Default: ${default}."`
}

// Run succeeds if the URL answers 200: the health check of an image that has no shell and no curl.
func (c *healthcheck) Run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
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
