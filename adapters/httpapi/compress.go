package httpapi

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
)

const (
	codingGzip = "gzip"
	// maxPlain is the size in bytes up to which an answer is never compressed.
	maxPlain = 1 << 10
	// gzipSuffix distinguishes the strong tag of a compressed answer from that of the plain one (RFC 9110,
	// section 8.8.3.3).
	gzipSuffix = "-gzip"
)

var varyByEncoding = []string{echo.HeaderAcceptEncoding}

// compress sends answers in gzip to clients that accept gzip.
func compress(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.MinSize(maxPlain+1), gzhttp.CompressionLevel(gzip.BestSpeed), gzhttp.EnableZstd(false),
		gzhttp.SuffixETag(gzipSuffix), gzhttp.ContentTypeFilter(shrinks),
	)
	if err != nil {
		return nil, fmt.Errorf("compress answers: %w", err)
	}
	compressed := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !strings.Contains(r.Header.Get(echo.HeaderAcceptEncoding), codingGzip), wantsStream(r):
			// gzhttp would hold the first events of a stream back until they are worth compressing.
			w.Header()[echo.HeaderVary] = varyByEncoding[:1:1]
			next.ServeHTTP(w, r)
		case r.Method == http.MethodHead: // gzhttp does not compress HEAD, whose headers must be those of GET
			get := *r
			get.Method = http.MethodGet
			again := func(w http.ResponseWriter, _ *http.Request) { next.ServeHTTP(w, r) }
			wrap(http.HandlerFunc(again))(w, &get)
		default:
			compressed(w, r)
		}
	}), nil
}

// shrinks reports whether compression pays for a media type. Images and profiles are compressed already.
func shrinks(mediaType string) bool {
	if strings.HasPrefix(mediaType, "text/") {
		return true
	}
	isIn := func(format string) bool { return strings.Contains(mediaType, format) }
	return slices.ContainsFunc([]string{"json", "yaml", "javascript"}, isIn)
}

// decode returns the body without its Content-Encoding. It unpacks at most maxBody.
func decode(c echo.Context, raw []byte) ([]byte, error) {
	coding := strings.Join(c.Request().Header[echo.HeaderContentEncoding], ",")
	switch strings.ToLower(strings.TrimSpace(coding)) {
	case "", "identity":
		return raw, nil
	case codingGzip, "x-gzip": // two names of one coding (RFC 9110, section 8.4.1.3)
		return gunzip(raw)
	}
	c.Response().Header().Set(echo.HeaderAcceptEncoding, codingGzip)
	return nil, errEncoding
}

func gunzip(raw []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, errNotGzip
	}
	var plain bytes.Buffer
	switch n, err := io.CopyN(&plain, r, maxBody+1); {
	case n > maxBody:
		return nil, errBodyTooLarge
	case !errors.Is(err, io.EOF):
		return nil, errNotGzip
	}
	return plain.Bytes(), nil
}
