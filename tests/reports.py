"""Abuse reports shaped as the second example of RFC 5965, appendix B.2."""

REPORT = """\
From: <abusedesk@example.com>
Date: {date}
Subject: FW: Earn money
To: <abuse@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1_13d.2e68ed54_boundary"

--part1_13d.2e68ed54_boundary
Content-Type: text/plain; charset="US-ASCII"
Content-Transfer-Encoding: 7bit

This is an email abuse report for an email message received from IP
192.0.2.1 on Thu, 8 Mar 2005 14:00:00 EDT.  For more information
about this format please see http://www.mipassoc.org/arf/.

--part1_13d.2e68ed54_boundary
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <somespammer@example.net>
{recipients}Arrival-Date: Thu, 8 Mar 2005 14:00:00 EDT
Reporting-MTA: dns; mail.example.com
Source-IP: 192.0.2.1
Authentication-Results: mail.example.com;
               spf=fail smtp.mail=somespammer@example.com
Reported-Domain: example.net

--part1_13d.2e68ed54_boundary
Content-Type: {original}
Content-Disposition: inline

From: <somespammer@example.net>
Received: from mailserver.example.net (mailserver.example.net
     [192.0.2.1]) by example.com with ESMTP id M63d4137594e46;
     Thu, 08 Mar 2005 14:00:00 -0400
{headers}To: <Undisclosed Recipients>
Subject: Earn money
MIME-Version: 1.0
Content-type: text/plain
Date: Thu, 02 Sep 2004 12:31:03 -0500

Spam Spam Spam
--part1_13d.2e68ed54_boundary--
"""
DATE = "Sat, 21 Nov 2026 17:40:36 +0000"
MESSAGE_ID = "<8787KJKJ3K4J3K4J3K4J3.mail@example.net>"


def report(
    link: str = "",
    recipient: str = "",
    *,
    message_id: str = MESSAGE_ID,
    kind: str = "abuse",
    original: str = "message/rfc822",
    date: str = DATE,
) -> bytes:
    """Return a report about a message with a link to unsubscribe, or that names its recipient."""
    headers = f"Message-ID: {message_id}\n" if message_id else ""
    if link:
        headers += f"List-Unsubscribe: <mailto:leave@example.net>,\n <{link}>\n"
        headers += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"
    return REPORT.format(
        date=date,
        kind=kind,
        original=original,
        headers=headers,
        recipients=f"Original-Rcpt-To: <{recipient}>\n" if recipient else "",
    ).encode()
