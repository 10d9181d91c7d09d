# -*- coding: utf-8 -*-
# Tarea 2, problema 4(d): verificar los gradientes con autograd
import torch

torch.set_default_dtype(torch.double)

# estado global de la red
W1 = b1 = W2 = b2 = entrada = objetivo = None
z1 = a1 = salida = error = None
gW1 = gb1 = gW2 = gb2 = gx = None
errores_maximos = []


def inicializar(h, semilla):
    global W1, b1, W2, b2, entrada, objetivo
    torch.manual_seed(semilla)
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, 1, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.randn(1, 1, requires_grad=True)
    entrada = (torch.rand(1, 1) * 4 - 2).requires_grad_()
    objetivo = torch.randn(1, 1)


def propagar():
    global z1, a1, salida, error
    z1 = W1 * entrada + b1
    a1 = torch.threshold(z1, 0., 0.)
    salida = W2 @ a1 + b2 + entrada
    error = salida - objetivo
    return (error ** 2 / 2).squeeze()


def retropropagar_a_mano():
    """formulas de la parte (b)"""
    global gW1, gb1, gW2, gb2, gx
    with torch.no_grad():
        puerta = (z1 > 0).double()
        gb2 = error.clone()
        gW2 = error * a1.T
        gb1 = error * W2.T * puerta
        gW1 = gb1 * entrada
        gx = error * (1 + (W2 * puerta.T) @ W1)


def comparar():
    pares = [("b2", gb2, b2), ("W2", gW2, W2), ("W1", gW1, W1), ("b1", gb1, b1), ("x", gx, entrada)]
    for nombre, mano, hoja in pares:
        dif = (mano - hoja.grad).abs().max().item()
        errores_maximos.append(dif)
        print("dL/d%-2s  diferencia máxima: %.3e" % (nombre, dif), "✓" if dif < 1e-12 else "✗")


for semilla, h in enumerate([1, 4, 16]):
    inicializar(h, semilla + 10)
    perdida = propagar()
    retropropagar_a_mano()
    perdida.backward()
    print("h =", h, " pérdida =", round(perdida.item(), 5))
    comparar()

print("error máximo total:", max(errores_maximos))
# Conclusión: los resultados analíticos y los de autograd coinciden.
