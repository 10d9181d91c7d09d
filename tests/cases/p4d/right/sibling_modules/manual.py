"""Formulas of part (b). Uses only what the forward pass cached."""


def manual_gradients(net, y):
    x, z1, a1, out = (t.detach() for t in net.cache)
    W1, W2 = net.W1.detach(), net.W2.detach()

    dout = out - y
    dW2 = dout @ a1.T
    db2 = dout
    da1 = W2.T @ dout
    dz1 = da1.clone()
    dz1[z1 <= 0] = 0.0
    dW1 = dz1 @ x.T
    db1 = dz1
    dx = W1.T @ dz1 + dout
    return db2, dW2, dW1, db1, dx
