package files_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ticketd/adapters/files"
)

// The header rows are those of the programs' documentation, of their sources and of files that people
// published; docs/import.md says where.
func TestHeadsOfKnownExports(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ export, header, row, title, description, id string }{
		"Zendesk, all tickets": {
			"Zendesk", "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Submitter," +
				"Assignee,Group,Subject,Description,Tags,Status,Priority,Via,Ticket type,Created at,Updated at",
			"1,4711,Ann,99,,ann@example.com,Ann,Bob,Support,Charged twice,My card,vip,Solved,High,Mail,Question," +
				"2024-03-12 15:04,2024-03-13 10:00", "Charged twice", "My card", "4711",
		},
		"Zendesk, a view": {
			"Zendesk",
			"Ticket status,ID,Subject,Requester,Requested,Priority,Assignee,Description",
			"Open,12,Login,Ann,2024-03-12,Normal,Bob,No login", "Login", "No login", "12",
		},
		"Freshdesk with a contact's job title": {
			"Freshdesk", "Ticket ID,Subject,Description,Status,Priority,Source,Type,Agent,Group,Created time,Due by " +
				"Time,Resolved time,Tags,Full name,Title,Email",
			"5,Refund,Please refund,Closed,Urgent,Portal,Question,Bob,Billing,2024-03-12 15:04:05,,,,Ann Lee,Head " +
				"of Sales,ann@example.com", "Refund", "Please refund", "5",
		},
		"Jira with repeated columns": {
			"Jira", "Summary,Issue key,Issue id,Issue Type,Status,Project key,Priority,Assignee,Reporter,Created," +
				"Updated,Labels,Labels,Description,Comment,Comment",
			"VPN down,SUP-1,10001,Incident,Done,SUP,High,Bob,Ann,12/Mar/24 3:04 PM,12/Mar/24 3:09 PM,vpn,net,The " +
				"VPN is down,one,two", "VPN down", "The VPN is down", "SUP-1",
		},
		"Intercom": {
			"Intercom",
			"Conversation ID,Conversation created at,Conversation state,Title,First message,User name",
			"215470,2024-03-12 15:04,closed,Plan,How do I change my plan?,Ann",
			"Plan", "How do I change my plan?", "215470",
		},
		"HubSpot": {
			"HubSpot", "Ticket ID,Ticket name,Ticket description,Pipeline,Ticket status,Create date,Priority,Source," +
				"Ticket owner",
			"8801,Invoice,The invoice is wrong,Support Pipeline,Closed,2024-03-12 15:04,High,Email,Bob",
			"Invoice", "The invoice is wrong", "8801",
		},
		"Jira since it calls issues work items": {
			"Jira", "Summary,Work item key,Work item id,Work type,Status,Created,Description",
			"VPN down,SUP-1,10001,Incident,Done,12/Mar/24 3:04 PM,The VPN is down",
			"VPN down", "The VPN is down", "SUP-1",
		},
		"HubSpot with its internal names": {
			"HubSpot (API)", "hs_object_id,subject,content,hs_pipeline_stage,createdate,hs_ticket_priority",
			"8801,Invoice,The invoice is wrong,1,2024-03-12T15:04:05.123Z,HIGH",
			"Invoice", "The invoice is wrong", "8801",
		},
		"Zammad": {
			"Zammad", "#,Title,State,Priority,Group,Owner,Customer,Body,Created At,Closed At", "20001,Drucker," +
				"closed,2 normal,Users,Bob,Ann,Der Drucker geht nicht,2024-03-12 15:04,", "Drucker", "Der Drucker geht " +
				"nicht", "20001",
		},
		"osTicket": {
			"osTicket", "Ticket Number,Date Created,Subject,From,From Email,Priority,Department,Help Topic,Source," +
				"Current Status,Issue Details", "100234,03/12/2024 3:04 PM,Wifi,Ann,ann@example.com,Normal,Support," +
				"General,Web,Open,No wifi", "Wifi", "No wifi", "100234",
		},
		"Outlook": {
			"Outlook", `"Subject","Body","From: (Name)","From: (Address)","From: (Type)","To: (Name)","To: ` +
				`(Address)","Categories","Importance"`, `"Order","Where is it?","Ann","ann@example.com","SMTP","Help",` +
				`"help@example.com","","Normal"`, "Order", "Where is it?", "",
		},
		"Outlook in German": {
			"Outlook (German)", `"Betreff";"Text";"Von: (Name)";"Von: (Adresse)"`, `"Bestellung";"Wo ist sie?";` +
				`"Ann";"ann@example.com"`, "Bestellung", "Wo ist sie?", "",
		},
		"Gmail": {
			"Gmail", "Message ID,Date,From,To,Subject,Plain Body", "18e3,\"Tue, 12 Mar 2024 15:04:05 +0000\"," +
				"ann@example.com,help@example.com,Order,Where is it?", "Order", "Where is it?", "18e3",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, file, err := importWith(t, "a.csv", c.header+"\r\n"+c.row+"\r\n", files.TicketOptions{})
			require.NoError(t, err)
			require.Len(t, rows, 1)
			require.NoError(t, rows[0].Bad)
			require.Equal(
				t, []string{c.title, c.description, c.id}, []string{rows[0].Title, rows[0].Description, rows[0].ID},
			)
			require.Contains(t, file.Notes()[0], "an export of "+c.export+": title from ")
		})
	}
}

func TestEachKnownExportIsInTheDocumentation(t *testing.T) {
	t.Parallel()
	heads, err := os.ReadFile("heads.txt")
	require.NoError(t, err)
	docs, err := os.ReadFile("../../docs/import.md")
	require.NoError(t, err)
	for line := range strings.Lines(string(heads)) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "[")
		if name = strings.TrimSuffix(name, "]"); ok && name != "" && name != "ticketd" {
			first, _, _ := strings.Cut(name, " (")
			require.Contains(t, string(docs), "| "+first, "docs/import.md does not tell of it")
		}
	}
}

func TestColumnsOfFilesThatNobodyKnows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header string
		maps   []string
		want   string // title, description and id, or a message
	}{
		"usual names":                    {"Subject,Body,Ticket Number", nil, "a b c"},
		"usual names in other languages": {"Betreff;Nachricht;id", nil, "a b c"},
		"Outlook's names in French":      {"Objet,Corps,De: (nom)", nil, "a b "},
		"a German table":                 {"Titel;Beschreibung;Status", nil, "a b "},
		"nameless and repeated columns":  {"title,description,,Comment,Comment,", nil, "a b "},
		"a wish":                         {"x,y,z", []string{"title=y", "Description=x", "id=z"}, "b a c"},
		"a wish by number":               {"title,,title,", []string{"title=#3", "description=#2"}, "c b "},
		"one column for two fields":      {"Subject,Requester,Assignee", []string{"description=Subject"}, "a a "},
		"a wish in another spelling": {
			"Ticket Text,no,z", []string{"description=ticket_text", "title=no"}, "b a ",
		},
		"two that could be the title": {"title,Subject,description", nil, `"title" and "Subject" ` +
			`could both be the title: --map title=title or --map title=Subject decides`},
		"two that could be the title, and a wish": {"title,Subject,description", []string{"title=Subject"}, "b c "},
		"two names with blanks": {
			"Ticket Subject,Ticket Title,text", nil,
			`--map title='Ticket Title' or --map title='Ticket Subject' decides`,
		},
		"two that could be the description": {"title,Body,Message", nil, `"Body" and "Message" could both ` +
			`be the description`},
		"a description besides others": {"title,description,Message", nil, "a b "},
		"the title twice": {"title,title,description", nil, `the column "title" stands ` +
			`twice: --map title=#1 or --map title=#2 says which one is the title`},
		"a wish for a column that stands twice": {"x,x,description", []string{"title=x"}, "--map title=x: the " +
			"column stands twice: #1 and #2 tell them apart"},
		"a wish for a column that is not there": {
			"title,description,z", []string{"title=Subjekt"},
			`--map title=Subjekt: there is no column "Subjekt" among "title", "description", "z"`,
		},
		"a wish for a column by a number too high": {
			"title,description,z", []string{"title=#4"}, `there is no column "#4"`,
		},
		"a wish for no field": {"title,description,z", []string{"name=z"}, "--map name=z: " +
			"must be FIELD=COLUMN, and FIELD one of title, description"},
		"a wish without a column": {"title,description,z", []string{"title="}, "--map title=: " +
			"must be FIELD=COLUMN"},
		"two wishes for a field": {
			"title,description,z", []string{"title=z", "title=title"}, "--map title=title: title is mapped already",
		},
		"a wish for what is not kept": {
			"title,description,z", []string{"status=z"}, "--map status=z: only --keep brings status along",
		},
		"another meaning for a known name": {"Job Title,Subject,Description", nil, "b c "},
		"a known export without its description": {"Id,Subject,Requester,Assignee", nil, `this is an export of ` +
			`Zendesk: no column could be the description among "Id", "Subject", "Requester", "Assignee": --map ` +
			`description=COLUMN`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			comma := ","
			if strings.Contains(c.header, ";") {
				comma = ";"
			}
			cells := strings.Split("abcdefghijklmnop", "")[:strings.Count(c.header, comma)+1]
			rows, _, err := importWith(
				t, "a.csv", c.header+"\n"+strings.Join(cells, comma)+"\n", files.TicketOptions{Map: c.maps},
			)
			if err != nil {
				require.ErrorContains(t, err, c.want)
				require.Empty(t, rows)
				return
			}
			require.Equal(t, c.want, rows[0].Title+" "+rows[0].Description+" "+rows[0].ID)
		})
	}

	t.Run("in JSON a wish that no object meets is refused", func(t *testing.T) {
		t.Parallel()
		const text = `{"name":"a","text":"b"}` + "\n" + `{"text":"c","name":null}` + "\n"
		rows, _, err := importWith(t, "a.jsonl", text, files.TicketOptions{Map: []string{"title=name"}})
		require.NoError(t, err)
		require.Equal(t, "a", rows[0].Title)
		require.Equal(t, "b", rows[0].Description)
		_, _, err = importWith(t, "a.jsonl", text, files.TicketOptions{Map: []string{"title=nam"}})
		require.ErrorContains(t, err, `--map title=nam: no object has a field "nam"`)
	})

	t.Run("ten thousand columns are ignored, and some named", func(t *testing.T) {
		t.Parallel()
		header := "title,description" + strings.Repeat(",", 10_000)
		rows, file, err := importWith(t, "a.csv", header+"\na,b\n", files.TicketOptions{})
		require.NoError(t, err)
		require.Equal(t, "b", rows[0].Description)
		require.Len(t, file.Ignored(), 50)
		require.Contains(t, file.Notes()[0], `"#52"] and 9950 more`)
	})
}
