# escape=`
# a comment about nothing
from mcr.microsoft.com/windows/nanoserver:ltsc2022 As Base
workdir C:\app
run echo a `
  # between `
  && echo b
env path C:\bin
maintainer Someone "quoted" <a@b.c>
