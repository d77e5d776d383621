#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *total(PyObject *self, PyObject *values)
{
    PyObject *item, *iterator = PyObject_GetIter(values);
    long sum = 0;
    if (iterator == NULL)
        return NULL;
    while ((item = PyIter_Next(iterator)) != NULL) {
        sum += PyLong_AsLong(item);
        Py_DECREF(item);
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? NULL : PyLong_FromLong(sum);
}

static PyMethodDef methods[] = {{"total", total, METH_O, "Sum of an iterable of integers."}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_sum", NULL, -1, methods};

PyMODINIT_FUNC PyInit__sum(void)
{
    return PyModule_Create(&module);
}
