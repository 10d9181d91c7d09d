import torch

torch.manual_seed(24)

# parameters
h = 3
params = {
    'W1': torch.randn(h, 1, requires_grad=True),
    'b1': torch.randn(h, 1, requires_grad=True),
    'W2': torch.randn(1, h, requires_grad=True),
    'b2': torch.randn(1, 1, requires_grad=True),
}
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)


def forward(params, x):
    cache = {}
    cache['s'] = params['W1'] @ x                 # input to the neurons
    cache['z1'] = cache['s'] + params['b1']
    cache['a1'] = torch.relu(cache['z1'])
    cache['y_hat'] = params['W2'] @ cache['a1'] + params['b2'] + x
    return cache


def backward(params, cache, x, y):
    grads = {}
    dy = cache['y_hat'] - y
    grads['b2'] = dy
    grads['W2'] = dy @ cache['a1'].T
    da1 = params['W2'].T @ dy
    dz1 = da1 * (cache['s'] > 0).float()          # derivative of ReLU
    grads['b1'] = dz1
    grads['W1'] = dz1 @ x.T
    grads['x'] = dy + params['W1'].T @ dz1
    return grads


cache = forward(params, x)
loss = 0.5 * (cache['y_hat'] - y) ** 2
loss.backward()

with torch.no_grad():
    grads = backward(params, cache, x, y)

for name in ['b2', 'W2', 'W1', 'b1']:
    print(name, torch.allclose(grads[name], params[name].grad, atol=1e-6))
print('x', torch.allclose(grads['x'], x.grad, atol=1e-6))

# Discussion: all True so the analytical gradients from part (b) are the same as from autograd.
