def fibonacci(int count):
    cdef long a = 0, b = 1
    cdef int i
    for i in range(count):
        a, b = b, a + b
    return a
