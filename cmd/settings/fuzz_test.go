package settings_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// secret stands for what no error may repeat.
const secret = "hunter22HUNTER22"

// FuzzAPIKeys: whatever surrounds a key, parsing does not panic, and no error repeats the key.
func FuzzAPIKeys(f *testing.F) {
	for _, c := range [][2]string{
		{"ops:", ""}, {"ops:", ",web:x"}, {"", ""}, {"ops", ""}, {"ops:", ":"}, {"ops:x,ops:", ""}, {":", ""},
		{"ops:", " "}, {"ops:", "\x00"}, {"ops:x ", ",,"}, {"ö:", ""}, {"ops:a,web:", ",web:b"},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, secret) {
			return
		}
		s, err := server(env{"API_KEYS": before + secret + after})
		if err == nil {
			require.NotEmpty(t, s.Edge.Keys)
			return
		}
		require.Contains(t, err.Error(), "API_KEYS ")
		// What stands before a colon is a name, and names are no secrets.
		if !strings.HasPrefix(after, ":") && !strings.Contains(namePart(after), ":") {
			require.NotContains(t, err.Error(), secret)
		}
	})
}

// namePart is what of a text can belong to the name that begins before it.
func namePart(s string) string {
	part, _, _ := strings.Cut(s, ",")
	return part
}

// FuzzTrustedProxies: parsing does not panic, and what is taken is a list of networks in their shortest form.
func FuzzTrustedProxies(f *testing.F) {
	for _, list := range []string{
		"10.0.0.0/8", "192.0.2.1, 2001:db8::/32", "::ffff:10.0.0.1/128", "fe80::1%eth0", "0.0.0.0/0,",
		"10.0.0.1/8/8", "x", "\xff",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		s, err := server(env{"TRUSTED_PROXIES": list})
		if err != nil {
			require.Contains(t, err.Error(), "TRUSTED_PROXIES ")
			return
		}
		for _, p := range s.Edge.TrustedProxies {
			require.True(t, p.IsValid(), list)
			require.Equal(t, p.Masked(), p)
		}
	})
}

// FuzzDatabaseURL: parsing does not panic, and no error repeats anything of the URL, which has a password.
func FuzzDatabaseURL(f *testing.F) {
	for _, c := range [][2]string{
		{"postgres://u:", "@h/db"}, {"postgresql://u:", "%zz@h/db"}, {"postgres://u:", "@h:port/db"},
		{"mysql://u:", "@h"}, {"sqlite://", ""}, {"", "://"}, {"postgres://[", "/"}, {"postgres://u:", "\x00@h"},
		{" postgres://u:", "@h"},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		s, err := server(env{"DB_URL": before + secret + after})
		if err == nil {
			require.Equal(t, strings.HasPrefix(strings.ToLower(before+secret+after), "sqlite://"), s.Store.SQLite)
			if !s.Store.SQLite {
				require.Equal(t, before+secret+after, s.Store.URL)
			}
			return
		}
		require.Contains(t, err.Error(), "DB_URL ")
		require.NotContains(t, err.Error(), secret)
	})
}

// FuzzRedisURL does the same for Redis, FuzzModelServer for the model's.
func FuzzRedisURL(f *testing.F) {
	for _, c := range [][2]string{
		{"redis://:", "@h:6379/0"}, {"redis://u:", "@h:x"}, {"rediss://", ""}, {"redis://h/", ""},
		{"http://u:", "@h"}, {"redis://h?db=", ""},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if _, err := server(env{"REDIS_URL": before + secret + after}); err != nil {
			require.Contains(t, err.Error(), "REDIS_URL ")
			require.NotContains(t, err.Error(), secret)
		}
	})
}

func FuzzModelServer(f *testing.F) {
	for _, c := range [][2]string{
		{"http://u:", "@h/v1"}, {"https://", ""}, {"ftp://u:", "@h"}, {"http://h:", ""}, {"", "%"},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if _, err := server(env{
			"OPENAI_BASE_URL": before + secret + after, "OPENAI_API_KEY": secret + " ",
		}); err != nil {
			require.NotContains(t, err.Error(), secret)
		}
	})
}

// FuzzNumbers: whatever a number's setting says, it is taken within its limits or refused by name.
func FuzzNumbers(f *testing.F) {
	for _, text := range []string{
		"0", "1", "-1", "65535", "65536", "1e3", "0x10", "9223372036854775808", "NaN", "0.5", " 1", "1_000", "+1",
		"٣", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{
			"PORT", "RATE_LIMIT_WINDOW_MS", "RATE_LIMIT_MAX_REQUESTS", "AI_TIMEOUT_MS", "SHUTDOWN_TIMEOUT_MS",
			"SHUTDOWN_DELAY_MS", "DB_MAX_CONNS", "REVIEW_THRESHOLD", "AUDIT_RATE",
		} {
			s, err := server(env{name: text})
			if err != nil {
				require.Contains(t, err.Error(), name+" ")
				continue
			}
			require.True(t, s.Edge.Port >= 0 && s.Edge.Port <= 65535)
			require.True(t, s.Edge.LimitWindow >= 0 && s.Edge.LimitMax >= 0)
			require.True(t, s.Classifier.Timeout > 0 && s.Store.MaxConns > 0 && s.Process.ShutdownTimeout >= 0 &&
				s.Edge.StopDelay >= 0)
			require.True(t, s.Review.Threshold >= 0 && s.Review.Threshold <= 1 && s.Review.AuditRate >= 0 &&
				s.Review.AuditRate <= 1)
		}
	})
}
