package servers

import (
	"fmt"
	"strings"
)

// way is one way to a server. Its error says why this machine does not have it.
type way[T any] struct {
	name string
	try  func() (T, error)
}

// first returns what the first way gives that works.
func first[T any](what, advice string, ways ...way[T]) (T, error) {
	var tried strings.Builder
	for _, w := range ways {
		v, err := w.try()
		if err == nil {
			return v, nil
		}
		fmt.Fprintf(&tried, "  %s: %s\n", w.name, strings.ReplaceAll(err.Error(), "\n", "\n    "))
	}
	var none T
	return none, fmt.Errorf("no %s for the tests. Tried, in this order:\n%s%s", what, tried.String(), advice)
}

// through makes ways to something that a server has from ways to a server.
func through[T any](ways []way[*Server], get func(*Server) T) []way[T] {
	var got []way[T]
	for _, w := range ways {
		got = append(got, way[T]{w.name, func() (T, error) {
			s, err := w.try()
			if err != nil {
				var none T
				return none, err
			}
			return get(s), nil
		}})
	}
	return got
}

const postgresAdvice = `Do one of these and run the tests again:
  Debian, Ubuntu:  sudo apt-get install -y postgresql
  macOS:           brew install postgresql@17
  with Docker:     docker run -d -p 127.0.0.1:5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:17-alpine
  other server:    export TEST_POSTGRES_URL='postgres://user:password@host:5432/postgres?sslmode=disable'` +
	` (a role that may create databases)`

const redisAdvice = `Do one of these and run the tests again:
  Debian, Ubuntu:  sudo apt-get install -y redis-server
  macOS:           brew install redis
  with Docker:     docker run -d -p 127.0.0.1:6379:6379 redis:8-alpine
  other server:    export TEST_REDIS_URL=redis://:password@host:6379` +
	` (one of the numbers 1 to 15 must be empty)`

const nginxAdvice = `Do one of these and run the tests again:
  Debian, Ubuntu:  sudo apt-get install -y nginx
  macOS:           brew install nginx`

const pgbouncerAdvice = `Do one of these and run the tests again:
  Debian, Ubuntu:  sudo apt-get install -y pgbouncer
  macOS:           brew install pgbouncer`
