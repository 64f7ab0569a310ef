package files_test

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
	"ticketd/domain"
	"ticketd/ports"
)

func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// importRows reads a file; what is wrong with a row stands in place of its title.
func importRows(t *testing.T, name, text string) ([]ports.ImportRow, error) {
	t.Helper()
	file, err := files.NewTickets(fileOf(t, name, text), files.TicketOptions{})
	require.NoError(t, err)
	var list []ports.ImportRow
	for row, err := range file.ImportRows(t.Context()) {
		if err != nil {
			return list, err
		}
		if row.Bad != nil {
			row.Title, row.Bad = "wrong: "+row.Bad.Error(), nil
		}
		list = append(list, row)
	}
	return list, nil
}

func TestNewTicketsFromAFile(t *testing.T) {
	t.Parallel()
	seven := domain.UserID(7)
	for name, c := range map[string]struct {
		file, text string
		want       []ports.ImportRow
	}{
		"CSV with quotes, breaks and strange columns": {
			"a.csv", "\ufeffexternal_id,Other,title,description,createdBy\nA-1,x,Hello,\"two\nlines, " +
				"\"\"quoted\"\"\",7\n,,Bye,text,\n",
			[]ports.ImportRow{
				{Line: 2, ID: "A-1", Title: "Hello", Description: "two\nlines, \"quoted\"", CreatedBy: &seven},
				{Line: 4, Title: "Bye", Description: "text"},
			},
		},
		"JSON Lines with blank lines and numbers for names": {
			"a.JSONL", "{\"external_id\":5,\"title\":\"a\",\"description\":\"b\"," +
				"\"createdBy\":7}\n\n{\"title\":\"c\",\"description\":\"\\u0000\",\"createdBy\":null}",
			[]ports.ImportRow{{Line: 1, ID: "5", Title: "a", Description: "b", CreatedBy: &seven},
				{Line: 3, Title: "c", Description: "\x00"}},
		},
		"the names of an export": {
			"a.ndjson", `{"id":42,"title":"a","description":"b","created_by":7,"category":"billing",` +
				`"ai_confidence":0.5}`,
			[]ports.ImportRow{{Line: 1, ID: "42", Title: "a", Description: "b", CreatedBy: &seven}},
		},
		"rows that are wrong": {
			"b.jsonl", "[]\n{\"title\":\n{\"title\":{}," +
				"\"createdBy\":\"x\"}\n{\"createdBy\":0}\n{\"createdBy\":-1}\n{\"createdBy\":1.0}\n" +
				"{\"createdBy\":1,\"created_by\":2}\n{\"createdBy\":99999999999999999999}\n{\"title\":\"good\"," +
				"\"description\":\"d\"}",
			[]ports.ImportRow{
				{Line: 1, Title: "wrong: must be a JSON object"},
				{Line: 2, Title: "wrong: is no well-formed JSON: unexpected EOF"},
				{Line: 3, Title: "wrong: title must be a string; createdBy must be a positive whole number"},
				{Line: 4, Title: "wrong: createdBy must be a positive whole number"},
				{Line: 5, Title: "wrong: createdBy must be a positive whole number"},
				{Line: 6, Title: "wrong: createdBy must be a positive whole number"},
				{Line: 7, Title: "wrong: \"createdBy\" and \"created_by\" could both be the createdBy: --map " +
					"createdBy=createdBy or --map createdBy=created_by decides"},
				{Line: 8, Title: "wrong: createdBy must be a positive whole number"},
				{Line: 9, Title: "good", Description: "d"},
			},
		},
		"a record with too many fields": {
			"c.csv", "title,description\na,b,c\nd,e\n",
			[]ports.ImportRow{{Line: 2, Title: "wrong: has not as many fields as the header row"},
				{Line: 3, Title: "d", Description: "e"}},
		},
		"an empty file": {"d.csv", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := importRows(t, c.file, c.text)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestNamesOfFields(t *testing.T) {
	t.Parallel()
	seven := domain.UserID(7)
	want := []ports.ImportRow{{ID: "A-1", Title: "Hello", Description: "text", CreatedBy: &seven}}
	for name, text := range map[string]string{
		"a.csv":    "External ID,TITLE,Des-cription,created-by,id,_id,State\nA-1,Hello,text,7,1,2,3\n",
		"b.csv":    "externalid,Title,description,CreatedBy,id,_id,State\nA-1,Hello,text,7,1,2,3\n",
		"a.jsonl":  `{"External_ID":"A-1","Title":"Hello","description":"text","createdby":7,"_id":{},"State":[]}`,
		"b.ndjson": `{"externalId":"A-1","title":"Hello","DESCRIPTION":"text","CREATED_BY":7,"_id":1,"State":2}`,
	} {
		file, err := files.NewTickets(fileOf(t, name, text), files.TicketOptions{})
		require.NoError(t, err)
		var got []ports.ImportRow
		for range 2 {
			got = nil
			for row, err := range file.ImportRows(t.Context()) {
				require.NoError(t, err)
				require.NoError(t, row.Bad)
				row.Line = 0
				got = append(got, row)
			}
		}
		require.Equal(t, want, got, name)
		slices.Sort(file.Ignored())
		require.Equal(t, []string{"State", "_id"}, file.Ignored(), "%s: each once", name)
	}
}

func TestNamesThatOtherProgramsGiveTheirExports(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"Book1.txt":    "\xff\xfeT\x00i\x00t\x00l\x00e\x00\t\x00B\x00o\x00d\x00y\x00\n\x00a\x00\t\x00b\x00",
		"tickets.json": `{"title":"a","description":"b"}` + "\n",
		"TICKETS.CSV":  "title,description\na,b\n",
	} {
		list, err := importRows(t, name, text)
		require.NoError(t, err, name)
		require.Equal(t, "a", list[0].Title, name)
	}
}

func TestRowsOfEmptyCellsArePassedOver(t *testing.T) {
	t.Parallel()
	list, err := importRows(t, "a.csv", "title,description\n,\na,b\n , \n,,,\n\n")
	require.NoError(t, err)
	require.Equal(t, []ports.ImportRow{{Line: 3, Title: "a", Description: "b"}}, list)
}

func TestTheDigestOfAFile(t *testing.T) {
	t.Parallel()
	digest := func(name, text string) string {
		file, err := files.NewTickets(fileOf(t, name, text), files.TicketOptions{})
		require.NoError(t, err)
		d, err := file.Digest(t.Context())
		require.NoError(t, err)
		return d
	}
	require.Equal(t, digest("a.csv", "title\na"), digest("b.csv", "title\na"), "its name does not matter")
	require.NotEqual(t, digest("a.csv", "title\na"), digest("a.csv", "title\na\n"))
	gone, err := files.NewTickets(filepath.Join(t.TempDir(), "none.csv"), files.TicketOptions{})
	require.NoError(t, err)
	_, err = gone.Digest(t.Context())
	require.ErrorIs(t, err, os.ErrNotExist)
	pipe := filepath.Join(t.TempDir(), "pipe.csv")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	stream, err := files.NewTickets(pipe, files.TicketOptions{})
	require.NoError(t, err)
	_, err = stream.Digest(t.Context())
	require.ErrorContains(t, err, "pipe.csv: is no regular file")
}

func TestFilesThatCannotBeReadToTheEnd(t *testing.T) {
	t.Parallel()
	_, err := importRows(t, "a.csv", "title,\"description\na,b\n")
	require.ErrorContains(t, err, "a.csv: line 1: is no well-formed CSV: line 2, column 5")
	_, err = importRows(t, "a.csv", "title,title\n")
	require.ErrorContains(t, err, "stands twice")
	for want, text := range map[string]string{
		`line 1: no column could be the title or the description among "Name", "Value"`: "Name,Value\na,b\n",
		`no column could be the title among "nr", "description"`: "nr,description\n" +
			"1,b\n",
		`no column could be the description among "title", "nr"`:                             "title;nr\na;1\n",
		`is no text but a workbook or an archive: spreadsheet programs save a table as "CSV`: "PK\x03\x04\x14",
		`"k", "l" and 2 more`: "a,b,c,d,e,f,g,h,i,j,k," +
			"l,m,n\n",
		`"createdBy" and "Created-By" could both be the createdBy`: "title,description," +
			"createdBy,Created-By\n",
	} {
		list, err := importRows(t, "a.csv", text)
		require.ErrorContains(t, err, want)
		require.Empty(t, list)
	}
	_, err = files.NewTickets("tickets.xlsx", files.TicketOptions{})
	require.ErrorIs(t, err, files.ErrUnknownFormat)
}
