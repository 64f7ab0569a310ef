package redisconn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/internal/redisconn"
)

func TestURLs(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"redis://h":            "h:6379",
		" redis://u:p@h:1/2\n": "h:1",
		"rediss://u:p@h:1/2?skip_verify=true&ca_file=/a&server_name=b": "h:1",
		"redis://[::1]":                    "[::1]:6379",
		"redis://[::1]:1":                  "[::1]:1",
		"redis://:p,q@h:1":                 "h:1",
		"redis://":                         "localhost:6379",
		"redis://h?read_timeout=2s":        "h:6379",
		"unix:///run/redis.sock?db=1":      "/run/redis.sock",
		"unix://u:p@/run/a,b.sock":         "/run/a,b.sock",
		"redis://h1:1,h2:2":                "cluster h1:1,h2:2",
		"redis://h1:1?addr=h2:2":           "cluster h1:1,h2:2",
		"redis+cluster://u:p@h1/0":         "cluster h1:6379",
		"redis-cluster://h1,[::2]:3,h2":    "cluster h1:6379,[::2]:3,h2:6379",
		"rediss+cluster://h?skip_verify=1": "cluster h:6379",
		"redis+sentinel://u:p@h1,h2:2/m/3": "m by the Sentinels h1:26379,h2:2",
		"redis+sentinel://h/m?sentinel_username=a&sentinel_password=b": "m by the Sentinels h:26379",
		"redis-sentinel://h1,h2/0#m":                                   "m by the Sentinels h1:26379,h2:26379",
		"redis+sentinel://h?master_name=m":                             "m by the Sentinels h:26379",
		"redis://h1:1,h2:2/1?master_name=m&password=x":                 "m by the Sentinels h1:1,h2:2",
	} {
		a, err := redisconn.Parse(url)
		require.NoError(t, err, url)
		require.Equal(t, says, a.String(), url)
	}
	for url, says := range map[string]string{
		"":                                       "must be a URL such as",
		"hunter2":                                "must be a URL such as",
		"http://hunter2@h":                       "must be a URL such as",
		"redis://u:hunter2@h:x":                  "must be a URL such as",
		"redis://:hunter2%zz@h":                  "must be a URL such as",
		"redis://h/hunter2":                      "must be a URL such as",
		"redis://h?hunter2=1":                    "must be a URL such as",
		"redis://h1,,h2":                         "must be a URL such as",
		"redis://h1,h2:hunter2?%zz":              "must be a URL such as",
		"unix+cluster:///hunter2":                "must be a URL such as",
		"redis+hunter2://h":                      "must be a URL such as",
		"redis+cluster://h?master_name=m":        "must be a URL such as",
		"redis+cluster://h?read_only=true":       "must be a URL such as",
		"redis+sentinel://h/m/hunter2":           "must be a URL such as",
		"redis+sentinel://h":                     "names Sentinels and no master",
		"redis+sentinel://h/m?replica_only=true": "must be a URL such as",
		"redis://h1,h2/3":                        "names a database of a cluster",
		"redis://h?ca_file=/hunter2":             "has files for TLS and no TLS",
		"rediss://h?cert_file=/hunter2":          "they belong together",
		"rediss://h?skip_verify=hunter2":         "must be a URL such as",
	} {
		_, err := redisconn.Parse(url)
		require.ErrorContains(t, err, says, url)
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func TestFilesThatCannotBeReadAreNamed(t *testing.T) {
	t.Parallel()
	for url, says := range map[string]string{
		"rediss://h?ca_file=/nowhere/ca.pem":           "REDIS_URL: ca_file: open /nowhere/ca.pem",
		"rediss://h?ca_file=address_test.go":           "holds no certificate",
		"rediss://h?cert_file=/nowhere&key_file=/none": "REDIS_URL: cert_file and key_file: open /nowhere",
	} {
		a, err := redisconn.Parse(url)
		require.NoError(t, err)
		_, err = a.Open(redisconn.Pool{Name: "test", Connections: 1})
		require.ErrorContains(t, err, says)
	}
}
