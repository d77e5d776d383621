FROM base
ONBUILD RUN echo triggered > /triggered
ONBUILD ENV Q=1
ONBUILD COPY a.txt /trigger/
