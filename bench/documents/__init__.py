"""Official licenses as files of pages: each page one license, with its QR code."""
