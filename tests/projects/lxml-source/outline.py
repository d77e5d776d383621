import sys

from lxml import etree

STYLE = etree.XML(
    """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:output method="text"/>
    <xsl:template match="entry">* <xsl:value-of select="title"/>: <xsl:apply-templates select="entry"/>
    </xsl:template></xsl:stylesheet>"""
)

print(str(etree.XSLT(STYLE)(etree.parse(sys.argv[1]))).strip())
