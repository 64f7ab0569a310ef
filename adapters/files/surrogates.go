package files

import (
	"errors"
	"fmt"
	"io"
)

// checkUTF16 finds halves of characters, which a decoder would turn into replacement characters.
func checkUTF16(r io.Reader, order byteOrder) error {
	high := 1 // where the high byte of a unit is
	if order == bigEndian {
		high = 0
	}
	buffer, kept, begun, at := make([]byte, 1<<16), 0, false, 0
	for {
		n, err := r.Read(buffer[kept:])
		text := buffer[:kept+n]
		for i := 0; i+1 < len(text); i += 2 {
			first, second := text[i+high]&0xfc == 0xd8, text[i+high]&0xfc == 0xdc
			if begun != second {
				return fmt.Errorf("is no well-formed UTF-16: half a character stands at byte %d", at+i)
			}
			begun = first
		}
		used := len(text) / 2 * 2
		at += used
		kept = copy(buffer, text[used:])
		if errors.Is(err, io.EOF) {
			if kept > 0 || begun {
				return errCut
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}
