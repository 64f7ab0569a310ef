package redisconn

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
)

// tlsFiles say how a server is trusted and how this process shows who it is.
type tlsFiles struct {
	ca, cert, key string
	serverName    string
	skipVerify    bool
}

// takeTLS takes the parameters about TLS out of a URL, since go-redis knows only skip_verify, and not for a
// cluster.
func takeTLS(on bool, query url.Values) (*tlsFiles, error) {
	f := &tlsFiles{
		ca: query.Get("ca_file"), cert: query.Get("cert_file"), key: query.Get("key_file"),
		serverName: query.Get("server_name"),
	}
	if skip := query.Get("skip_verify"); skip != "" {
		var err error
		if f.skipVerify, err = strconv.ParseBool(skip); err != nil {
			return nil, errForm
		}
	}
	for _, name := range []string{"ca_file", "cert_file", "key_file", "server_name", "skip_verify"} {
		query.Del(name)
	}
	if !on {
		if *f != (tlsFiles{}) {
			return nil, errPlain
		}
		return nil, nil
	}
	if (f.cert == "") != (f.key == "") {
		return nil, errors.New("has cert_file or key_file alone: they belong together")
	}
	return f, nil
}

// config reads the files. Without a server name each server is held against the host by which it is dialled.
func (f *tlsFiles) config() (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: f.serverName, InsecureSkipVerify: f.skipVerify}
	if f.ca != "" {
		pem, err := os.ReadFile(f.ca)
		if err != nil {
			return nil, fmt.Errorf("ca_file: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_file: %s holds no certificate in PEM form", f.ca)
		}
	}
	if f.cert == "" {
		return c, nil
	}
	if _, err := tls.LoadX509KeyPair(f.cert, f.key); err != nil {
		return nil, fmt.Errorf("cert_file and key_file: %w", err)
	}
	// Read at each connection: certificates are renewed while the process runs.
	c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		return &pair, err
	}
	return c, nil
}
