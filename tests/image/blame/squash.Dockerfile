FROM base
RUN echo 1 > /1
ENV A=1
RUN echo 2 > /2
COPY a.txt /
