import numpy as np
import torch

# numpy works in float64, torch in float32: this is deliberate (default of both libraries).

def relu(u):
    return np.maximum(0, u)

def drelu(u):
    return (u > 0).astype(np.float64)

def sample(seed, h):
    np.random.seed(seed)
    return (np.random.randn(h, 1), np.random.randn(h, 1), np.random.randn(1, h),
            np.random.randn(1, 1), np.random.uniform(-2, 2), np.random.uniform(-2, 2))

def numpy_part(W1, b1, W2, b2, x, y):
    z1 = W1 * x + b1
    a1 = relu(z1)
    yhat = (W2.dot(a1) + b2 + x).item()
    loss = 0.5 * (yhat - y) ** 2
    e = yhat - y
    db2 = np.array([[e]])
    dW2 = e * a1.T
    dz1 = W2.T * e * drelu(z1)
    db1 = dz1
    dW1 = dz1 * x
    dx = e + W1.T.dot(dz1).item()
    return loss, (dW1, db1, dW2, db2, dx)

def torch_part(W1, b1, W2, b2, x, y):
    W1, b1, W2, b2, x = (torch.tensor(v, dtype=torch.float32, requires_grad=True) for v in (W1, b1, W2, b2, x))
    yhat = torch.mm(W2, torch.relu(W1 * x + b1)) + b2 + x
    loss = torch.nn.functional.mse_loss(yhat, torch.full((1, 1), y)) * 0.5
    loss.backward()
    return loss.item(), tuple(p.grad.numpy() for p in (W1, b1, W2, b2, x))

for seed in (10, 20, 30):
    args = sample(seed, h=5)
    l_np, g_np = numpy_part(*args)
    l_t, g_t = torch_part(*args)
    np.testing.assert_allclose(l_np, l_t, rtol=1e-5)
    for name, a, b in zip(('W1', 'b1', 'W2', 'b2', 'x'), g_np, g_t):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6, err_msg=name)
        print(seed, name, 'max diff', np.abs(a - b).max())

print('everything within float32 precision')
