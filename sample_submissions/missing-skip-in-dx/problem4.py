import torch


def relu(z):
    return z * (z > 0)


def net(x, W1, b1, W2, b2):
    z1 = W1 * x + b1          # (h,1)
    a1 = relu(z1)             # (h,1)
    yhat = torch.sum(W2.T * a1) + b2 + x   # skip connection
    return z1, a1, yhat


def mse(yhat, y):
    return 0.5 * (yhat - y) ** 2


def analytic(x, y, W1, b1, W2, b2):
    z1, a1, yhat = net(x, W1, b1, W2, b2)
    e = yhat - y
    db2 = e
    dW2 = e * a1.T
    da1 = W2.T * e
    dz1 = da1 * (z1 > 0)
    dW1 = dz1 * x
    db1 = dz1
    dx = (W1.T @ dz1).squeeze()
    return dW1, db1, dW2, db2, dx


def run(seed, h):
    torch.manual_seed(seed)
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, 1, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.tensor(0.3, requires_grad=True)
    x = torch.tensor(0.8, requires_grad=True)
    y = torch.tensor(-1.2)

    _, _, yhat = net(x, W1, b1, W2, b2)
    mse(yhat, y).backward()

    with torch.no_grad():
        results = analytic(x, y, W1, b1, W2, b2)
    names = ["W1", "b1", "W2", "b2", "x"]
    params = [W1, b1, W2, b2, x]
    for n, p, g in zip(names, params, results):
        print(n, "max diff:", torch.max(torch.abs(p.grad - g)).item())


run(seed=3, h=7)
