package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// conn is a kept connection. It speaks just enough HTTP/1.1 to read an answer: the generator shares its
// processors with what it measures, and net/http's client takes twice as much.
type conn struct {
	net.Conn
	in   *bufio.Reader
	body []byte
}

var errMalformed = errors.New("not an answer of HTTP/1.1")

// dial returns a connection whose reads and writes fail after until.
func dial(d *net.Dialer, address string, until time.Time) (*conn, error) {
	c, err := d.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(until); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return &conn{Conn: c, in: bufio.NewReaderSize(c, 16<<10)}, nil
}

// exchange sends a request and reads the answer. The body is valid until the next call; keep is false if the
// server closes.
func (c *conn) exchange(request []byte) (status int, body []byte, keep bool, err error) {
	if _, err := c.Write(request); err != nil {
		return 0, nil, false, err
	}
	head, err := c.readHead()
	if err != nil {
		return 0, nil, false, err
	}
	if head.chunked {
		err = c.readChunks()
	} else {
		err = c.readBody(head.length)
	}
	return head.status, c.body, !head.closes, err
}

type head struct {
	status, length  int
	chunked, closes bool
}

func (c *conn) readHead() (head, error) {
	line, err := c.readLine()
	if err != nil {
		return head{}, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return head{}, fmt.Errorf("%w: %q", errMalformed, line)
	}
	h := head{}
	if h.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return head{}, fmt.Errorf("%w: %q", errMalformed, line)
	}
	for {
		line, err := c.readLine()
		if err != nil || len(line) == 0 {
			return h, err
		}
		if err := h.note(line); err != nil {
			return h, err
		}
	}
}

// note reads what matters of a header line.
func (h *head) note(line []byte) (err error) {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimSpace(value)
	switch {
	case len(name) == 14 && bytes.EqualFold(name, []byte("Content-Length")):
		if h.length, err = strconv.Atoi(string(value)); err != nil || h.length < 0 {
			return fmt.Errorf("%w: %q", errMalformed, line)
		}
	case len(name) == 17 && bytes.EqualFold(name, []byte("Transfer-Encoding")):
		h.chunked = bytes.EqualFold(value, []byte("chunked"))
	case len(name) == 10 && bytes.EqualFold(name, []byte("Connection")):
		h.closes = bytes.EqualFold(value, []byte("close"))
	}
	return nil
}

// readLine returns a line without its end.
func (c *conn) readLine() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (c *conn) readBody(length int) error {
	c.body = grow(c.body[:0], length)
	_, err := io.ReadFull(c.in, c.body)
	return err
}

func (c *conn) readChunks() error {
	c.body = c.body[:0]
	for {
		line, err := c.readLine()
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return fmt.Errorf("%w: chunk of size %q", errMalformed, line)
		}
		before := len(c.body)
		c.body = grow(c.body, int(size))
		if _, err := io.ReadFull(c.in, c.body[before:]); err != nil {
			return err
		}
		if end, err := c.readLine(); err != nil || len(end) > 0 {
			return errors.Join(err, fmt.Errorf("%w: no end of a chunk", errMalformed))
		}
		if size == 0 {
			return nil
		}
	}
}

// grow adds n bytes of any content.
func grow(b []byte, n int) []byte {
	if cap(b) < len(b)+n {
		b = append(make([]byte, 0, 2*(len(b)+n)), b...)
	}
	return b[:len(b)+n]
}
